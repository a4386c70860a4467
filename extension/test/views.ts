import type { OutsideAnswer, ProviderStatus, StatusParams } from '../src/protocol';
import type { View } from '../src/pure/view';

export const READY: StatusParams = {
  state: 'ready',
  reason: '',
  engine: 'llama.cpp',
  model: 'embedded',
  device: 'CPU',
  threads: 2,
  memoryMb: 61.4,
  lastMs: 34.2,
  p50Ms: 31.4,
  p99Ms: 79.6,
  computed: 9,
  shown: 12,
  accepted: 4,
  lastSilence: 'mid_word',
  paused: false,
  excluded: {},
  mode: { complete: 'build', rewrite: 'build', localOnly: false },
  providers: [],
  spend: null,
  outside: null,
  recent: [40, 31.4, 79.6, 34.2],
  stages: [
    { stage: 'wait', lastMs: 0.1, p50Ms: 0.2 },
    { stage: 'prefill', lastMs: 20, p50Ms: 18.4 },
    { stage: 'decode', lastMs: 14.1, p50Ms: 9.26 },
  ],
  slow: null,
  shownToday: 40,
  acceptedToday: 10,
};

export const ANSWER: OutsideAnswer = {
  provider: 'groq',
  title: 'Groq',
  model: 'gpt-oss-120b',
  promptTokens: 1200,
  cachedTokens: 800,
  generatedTokens: 40,
  usd: 0.00021,
  ms: 312.4,
};

export function provider(changes: Partial<ProviderStatus> = {}): ProviderStatus {
  return { name: 'groq', title: 'Groq', model: 'm', state: 'ready', why: '', p50Ms: 201.6, ...changes };
}

export function view(changes: Partial<View> = {}): View {
  const calm = { quiet: undefined, language: 'python', excluded: '', route: READY.mode, outside: undefined };
  return { phase: 'running', problem: '', status: READY, ...calm, ...changes };
}
