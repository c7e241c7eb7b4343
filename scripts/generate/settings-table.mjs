import { SENTENCES_ZH_CN } from './settings-zh-cn.mjs';

/** How a readme says it: the head of the table, and a sentence of the code in its language. */
export const ENGLISH = { head: ['variable', 'default', 'what it is'], say: (sentence) => sentence };
export const CHINESE = { head: ['变量', '默认值', '含义'], say: chinese };

/** Every setting with its default, as a table. */
export function settingsTable(classes, settingsOf, { head, say }) {
  const rows = classes.flatMap((type) => {
    const defaults = new type();
    return settingsOf(type).map(({ name, sentence, property }) => [code(name), code(defaults[property]), say(sentence)]);
  });
  return [line(head), '|---|---|---|', ...rows.map(line)].join('\n');
}

const code = (value) => (value === undefined ? '–' : `\`${value}\``);
const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

/** By the sentence and not by the name: a sentence that changes has to be translated anew. */
function chinese(sentence) {
  const translated = SENTENCES_ZH_CN[sentence];
  if (!translated) throw new Error(`scripts/generate/settings-zh-cn.mjs has no translation of: ${sentence}`);
  return translated;
}
