// Files in which every model is sure of what comes next: a pattern that repeats.

/** Ends where `NEXT_LINE` goes on. */
export const POINT = `class Point:
    def __init__(self, alpha, beta, gamma, delta):
        self.alpha = float(alpha)
        self.beta = float(beta)
        self.gamma = float(gamma)
`;

/** To be typed at the end of POINT. The rest has more than one word. */
export const NEXT_LINE = '        self.delta = ';
