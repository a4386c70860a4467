/** The providers that the server knows by name (`models/providers.toml`; a test compares). */
export interface Preset {
  name: string;
  title: string;
  /** Where its key is got; '' for a server of the user's own, which needs none. */
  keyFrom: string;
}

export const PRESETS: readonly Preset[] = [
  { name: 'groq', title: 'Groq', keyFrom: 'console.groq.com/keys' },
  { name: 'cerebras', title: 'Cerebras', keyFrom: 'cloud.cerebras.ai' },
  { name: 'together', title: 'Together', keyFrom: 'api.together.xyz/settings/api-keys' },
  { name: 'openai', title: 'OpenAI', keyFrom: 'platform.openai.com/api-keys' },
  { name: 'deepseek', title: 'DeepSeek', keyFrom: 'platform.deepseek.com/api_keys' },
  { name: 'mistral', title: 'Mistral', keyFrom: 'console.mistral.ai/api-keys' },
  { name: 'codestral', title: 'Codestral', keyFrom: 'console.mistral.ai/codestral' },
  { name: 'gemini', title: 'Gemini', keyFrom: 'aistudio.google.com/apikey' },
  { name: 'openrouter', title: 'OpenRouter', keyFrom: 'openrouter.ai/keys' },
  { name: 'anthropic', title: 'Anthropic', keyFrom: 'console.anthropic.com/settings/keys' },
  { name: 'ollama', title: 'Ollama', keyFrom: '' },
  { name: 'vllm', title: 'vLLM', keyFrom: '' },
  { name: 'llama-server', title: 'llama-server', keyFrom: '' },
];
