import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const NAMES_TO_AVOID = 'utils?|helpers?|manager|service|common|misc';

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', 'extension/src/protocol.ts'] },
  js.configs.recommended,
  {
    files: ['extension/**/*.ts', 'tests/editor/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'max-lines': ['error', 300],
      'max-lines-per-function': ['error', { max: 50 }],
      // Numbers in templates are what this code shows all day.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `() => pause.pause()` is a command, not a value.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['extension/src/**/*.ts'],
    ignores: ['extension/src/client.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['vscode-languageclient*'], message: 'client.ts is its only importer.' },
            { regex: `/(${NAMES_TO_AVOID})(\\.js)?$`, message: 'Name the thing.' },
          ],
        },
      ],
    },
  },
  {
    files: ['extension/src/pure/**/*.ts', 'extension/test/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [{ name: 'vscode', message: 'pure/ runs without an editor.' }],
          patterns: [
            { group: ['vscode-languageclient*'], message: 'client.ts is its only importer.' },
            { regex: `/(${NAMES_TO_AVOID})(\\.js)?$`, message: 'Name the thing.' },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs', globals: { process: 'readonly' } },
  },
  {
    // The test runner collects the promises of `test` and `describe` by itself; a test reads top to bottom.
    files: ['extension/test/**/*.ts', 'tests/editor/**/*.test.ts'],
    rules: { '@typescript-eslint/no-floating-promises': 'off', 'max-lines-per-function': 'off' },
  },
);
