import type { ReportParams, ReportResult } from '../../protocol';

/** What the dashboard's page says to the extension. */
export type FromPage =
  { kind: 'ready' } | { kind: 'load'; id: number; params: ReportParams } | { kind: 'copy'; text: string };

/** What the extension says to the page. `result` is null where there is no server to ask. */
export type ToPage =
  | { kind: 'start'; language: string; texts: Record<string, string> }
  | { kind: 'loaded'; id: number; result: ReportResult | null }
  | { kind: 'copied' }
  | { kind: 'refresh' };
