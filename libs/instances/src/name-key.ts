/** How a name is stored: trimmed, NFC. */
export function normalizeName(name: string): string {
  return name.trim().normalize('NFC');
}

/** What makes two names the same one; computed here since the database's locale leaves É as it is. */
export function nameKeyOf(name: string): string {
  return normalizeName(name).toLowerCase().normalize('NFC');
}
