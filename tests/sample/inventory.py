"""A small stock keeper: something to type in."""

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
        if name not in self.items:
            raise KeyError(name)
        return self.items

    def total(self):
        return sum(item.total() for item in self.items.values())
