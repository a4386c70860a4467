/** Where the page's files are, as the webview may load them, and what it is allowed. */
export interface PageParts {
  script: string;
  style: string;
  source: string;
  nonce: string;
  language: string;
}

/**
 * The page before its script runs. Nothing but its own script (by nonce) and its own style sheet is allowed: no remote
 * address, nothing inline, no image, no font, no form.
 */
export function page({ script, style, source, nonce, language }: PageParts): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${source}`,
    "form-action 'none'",
    "base-uri 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escaped(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${escaped(style)}">
<title>Symbiote</title>
</head>
<body>
<script nonce="${escaped(nonce)}" src="${escaped(script)}"></script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
