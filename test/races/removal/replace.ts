/** Something of the product's own by something else; gives what puts it back. */
export function replace<T extends object, K extends keyof T>(of: T, member: K, by: T[K]): () => void {
  const was = of[member];
  of[member] = by;
  return () => {
    of[member] = was;
  };
}
