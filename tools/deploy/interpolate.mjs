const VARIABLE = /\$(?:(\$)|\{([A-Za-z_]\w*)(?:(:?[-?+])([^}]*))?\}|([A-Za-z_]\w*))/g;

/**
 * Puts the environment into the strings of a parsed compose file, by the rules of the compose specification. `missing` collects the
 * required variables that are not there, `names` every variable that is used.
 */
export function interpolate(value, environment, { names = new Set(), missing = [] } = {}) {
  const into = (part) => {
    if (typeof part === 'string') return part.replace(VARIABLE, (...match) => resolve(match, environment, names, missing));
    if (Array.isArray(part)) return part.map(into);
    return part && typeof part === 'object' ? Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, into(inner)])) : part;
  };
  return { value: into(value), names, missing };
}

function resolve([, dollar, braced, operator = '', text = '', plain], environment, names, missing) {
  if (dollar) return '$';
  const name = braced ?? plain;
  names.add(name);
  const given = environment[name];
  const absent = given === undefined || (operator.startsWith(':') && given === '');
  if (operator.endsWith('+')) return absent ? '' : text;
  if (!absent) return given;
  if (operator.endsWith('?')) missing.push({ name, message: text });
  return operator.endsWith('-') ? text : '';
}
