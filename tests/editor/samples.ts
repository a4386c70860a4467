// Files in which every model is sure of what comes next: a pattern that repeats.

/** Ends where `NEXT_LINE` goes on. */
export const POINT = `class Point:
    def __init__(self, alpha, beta, gamma, delta):
        self.alpha = float(alpha)
        self.beta = float(beta)
        self.gamma = float(gamma)
`;

/** To be typed at the end of POINT. The rest has more than one word. */
export const NEXT_LINE = '        self.delta = ';

/** A file that is nice to look at. */
export const SHOP = `"""A small stock keeper."""

from dataclasses import dataclass, field


@dataclass
class Item:
    name: str
    price: float
    quantity: int = 0

    def total(self):
        return self.price * self.quantity


@dataclass
class Inventory:
    items: dict[str, Item] = field(default_factory=dict)

    def add(self, name, price, quantity):
        self.items[name] = Item(name, price, quantity)

    def remove(self, name):
        if name not in self.items:
            raise KeyError(name)
        del self.items[name]

    def find(self, name):
`;

export const SHOP_NEXT_LINE = '        if name not in ';

/** One block several times: whoever begins it once more wants all of it. */
export const LOOP = `for item in alpha:
    total = total + item.price
    count = count + item.quantity
    print(item.name, item.price)
`;
