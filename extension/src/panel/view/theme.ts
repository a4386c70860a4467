/** The editor's colours, as they are at this moment. */
export interface Theme {
  faint: string;
  grid: string;
  font: string;
  colour: (name: Colour) => string;
}

export type Colour = 'blue' | 'green' | 'orange' | 'purple' | 'red' | 'yellow' | 'grey';

const COLOURS: Record<Colour, string> = {
  blue: '#3794ff',
  green: '#89d185',
  orange: '#d18616',
  purple: '#b180d7',
  red: '#f14c4c',
  yellow: '#cca700',
  grey: '#8c8c8c',
};

export function theme(): Theme {
  const style = getComputedStyle(document.body);
  const of = (name: string, otherwise: string) => style.getPropertyValue(name).trim() || otherwise;
  return {
    faint: of('--vscode-descriptionForeground', '#888'),
    grid: of('--grid', 'rgba(128, 128, 128, 0.2)'),
    font: `11px ${of('--vscode-font-family', 'sans-serif')}`,
    // VS Code's charts.orange is that of a minimap's find match, and half transparent.
    colour: (name) =>
      name === 'grey' || name === 'orange' ? COLOURS[name] : of(`--vscode-charts-${name}`, COLOURS[name]),
  };
}

/** Tells when the editor's theme was changed: VS Code then changes the body's classes. */
export function onThemeChange(tell: () => void): void {
  new MutationObserver(tell).observe(document.body, { attributeFilter: ['class'] });
}
