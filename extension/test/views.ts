import type { StatusParams } from '../src/protocol';
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
  computed: 12,
  shown: 9,
  accepted: 4,
  lastSilence: 'mid_word',
  paused: false,
  excluded: {},
  mode: { complete: 'build', rewrite: 'build', localOnly: false },
  providers: [],
  spend: null,
  outside: null,
};

export function view(changes: Partial<View> = {}): View {
  const calm = { quiet: undefined, language: 'python', excluded: '' };
  return { phase: 'running', problem: '', status: READY, ...calm, ...changes };
}
