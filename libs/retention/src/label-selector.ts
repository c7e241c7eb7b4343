export type Labels = Readonly<Record<string, string>>;

/** `value` null: any value. */
export interface LabelSelector {
  key: string;
  value: string | null;
}

/** `vip` and `legal=*` select every value of the key, `legal=x` that one. Null when there is no key. */
export function parseSelector(text: string): LabelSelector | null {
  const [key, ...rest] = text.split('=');
  if (!key) return null;
  return labelSelector(key, rest.length > 0 ? rest.join('=') : '*');
}

export function labelSelector(key: string, value: string): LabelSelector {
  return { key, value: value === '*' ? null : value };
}

/** Own keys only: a label named `constructor` is there when somebody set it, and not otherwise. */
export function selects({ key, value }: LabelSelector, labels: Labels): boolean {
  return Object.hasOwn(labels, key) && (value === null || labels[key] === value);
}
