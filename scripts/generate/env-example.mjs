const INTRO = `# Every setting Tenure reads, with its default. All are optional.
# Settings are environment variables; Tenure reads no file. To keep them in one: copy this to .env and start with
#   set -a; . ./.env; set +a; npm start
`;

/** `.env.example`: a sentence as a comment, then the variable with its default; one that has none is commented out. */
export function envExample(classes, settingsOf) {
  const areas = classes.map((type) => {
    const defaults = new type();
    return settingsOf(type).map(({ name, sentence, property }) => setting(name, sentence, defaults[property]));
  });
  return [INTRO, ...areas.flat()].join('\n');
}

const setting = (name, sentence, value) => `# ${sentence}\n${value === undefined ? `# ${name}=` : `${name}=${value}`}\n`;
