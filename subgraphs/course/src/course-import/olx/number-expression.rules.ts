/**
 * The numbers that authors of Open edX problems write: `600`, `5e-3`, `2.5k`, `1/3`, `2*pi`,
 * `sqrt(2)`. Evaluated in double precision; `null` for anything else (variables, complex numbers).
 */
export function evaluateNumber(expression: string): number | null {
  if (expression.length > 200) return null;
  const tokens = tokenize(expression);
  if (!tokens || tokens.length === 0) return null;
  const parser = new Parser(tokens);
  const value = parser.sum(0);
  return value !== null && parser.atEnd && Number.isFinite(value) ? value : null;
}

const CONSTANTS: Readonly<Record<string, number>> = { pi: Math.PI, e: Math.E };
const FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  sqrt: Math.sqrt,
  abs: Math.abs,
  exp: Math.exp,
  ln: Math.log,
  log10: Math.log10,
  log2: Math.log2,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
};
/** The suffixes of Open edX's evaluator. */
const SUFFIXES: Readonly<Record<string, number>> = {
  '%': 0.01,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  c: 1e-2,
  m: 1e-3,
  u: 1e-6,
  n: 1e-9,
  p: 1e-12,
};

type Token = number | string;

function tokenize(text: string): Token[] | null {
  const tokens: Token[] = [];
  const pattern =
    /\s*(?:((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([%kMGTcmunp](?![a-zA-Z]))?|([a-zA-Z]\w*)|([-+*/^()]))\s*/y;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (!match) return null;
    const [, digits, suffix, name, operator] = match;
    if (digits !== undefined) tokens.push(Number(digits) * (suffix ? (SUFFIXES[suffix] ?? 1) : 1));
    else if (name !== undefined) tokens.push(name);
    else if (operator !== undefined) tokens.push(operator);
  }
  return tokens;
}

class Parser {
  #at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  get atEnd(): boolean {
    return this.#at === this.tokens.length;
  }

  sum(depth: number): number | null {
    if (depth > 50) return null;
    let value = this.#product(depth);
    while (value !== null && (this.#peek === '+' || this.#peek === '-')) {
      const operator = this.#next();
      const right = this.#product(depth);
      if (right === null) return null;
      value = operator === '+' ? value + right : value - right;
    }
    return value;
  }

  #product(depth: number): number | null {
    let value = this.#power(depth);
    while (value !== null && (this.#peek === '*' || this.#peek === '/')) {
      const operator = this.#next();
      const right = this.#power(depth);
      if (right === null) return null;
      value = operator === '*' ? value * right : value / right;
    }
    return value;
  }

  #power(depth: number): number | null {
    if (depth > 50) return null;
    if (this.#peek === '-' || this.#peek === '+') {
      const sign = this.#next() === '-' ? -1 : 1;
      const value = this.#power(depth + 1);
      return value === null ? null : sign * value;
    }
    const base = this.#atom(depth);
    if (base === null || this.#peek !== '^') return base;
    this.#next();
    const exponent = this.#power(depth + 1);
    return exponent === null ? null : base ** exponent;
  }

  #atom(depth: number): number | null {
    const token = this.#next();
    if (typeof token === 'number') return token;
    if (token === '(') {
      const value = this.sum(depth + 1);
      return this.#next() === ')' ? value : null;
    }
    if (token === undefined) return null;
    const constant = own(CONSTANTS, token);
    if (constant !== undefined) return constant;
    const apply = own(FUNCTIONS, token);
    if (!apply || this.#next() !== '(') return null;
    const argument = this.sum(depth + 1);
    return argument !== null && this.#next() === ')' ? apply(argument) : null;
  }

  get #peek(): Token | undefined {
    return this.tokens[this.#at];
  }

  #next(): Token | undefined {
    const token = this.tokens[this.#at];
    this.#at += 1;
    return token;
  }
}

function own<V>(table: Readonly<Record<string, V>>, name: string): V | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
