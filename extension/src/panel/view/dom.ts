type Child = Node | string;
type Attributes = Record<string, string | number | boolean>;

/** An element. Words become text nodes: nothing is ever read as HTML. */
export function el<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (value !== false) made.setAttribute(key, value === true ? '' : String(value));
  made.append(...children);
  return made;
}

export function button(label: string, act: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const made = el('button', { type: 'button', ...attributes }, label);
  made.addEventListener('click', act);
  return made;
}

/** A select box with its label. Each option is what is sent and what is read. */
export function select(
  label: string,
  options: readonly (readonly [value: string, words: string])[],
  value: string,
  change: (value: string) => void,
  attributes: Attributes = {},
): HTMLLabelElement {
  const box = el('select', attributes);
  for (const [one, said] of options) box.append(el('option', { value: one }, said));
  box.value = value;
  box.addEventListener('change', () => {
    change(box.value);
  });
  return el('label', { class: 'field' }, el('span', {}, label), box);
}
