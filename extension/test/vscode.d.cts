declare const double: {
  LogLevel: { Trace: number };
  settings: { get: (name: string, otherwise: unknown) => unknown };
};
export = double;
