import fs from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const LINK = /!?\[(?:[^\][]|\[[^\]]*\])*\]\(([^()\s]+)\)/g;

const SKIPPED = ['node_modules', 'dist', 'data', 'coverage', '.git'];

/** Every document of the repository, by its path in it; not what was installed or built. */
const documents = (): string[] => fs.globSync('**/*.md', { cwd: ROOT, exclude: (name) => SKIPPED.includes(path.basename(name)) });

/** What is shown as code holds no links and no headings. */
const withoutCode = (text: string): string => text.replaceAll(/^(`{3,})[^\n]*\n[\s\S]*?^\1\s*$/gm, '');

/** The anchors of a document, as GitHub makes them from its headings: a heading that comes again gets a number. */
function anchorsOf(text: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = [...withoutCode(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => {
    const slug = slugOf(heading!);
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    return times === 0 ? slug : `${slug}-${times}`;
  });
  return new Set(anchors);
}

const slugOf = (heading: string): string =>
  heading.trim().toLowerCase().replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-');

const isOutside = (target: string): boolean => /^[a-z][a-z0-9+.-]*:/i.test(target);

/** Where a document leads to within the repository. */
const targetsIn = (text: string): string[] => [...withoutCode(text).matchAll(LINK)].map(([, target]) => decodeURIComponent(target!)).filter((target) => !isOutside(target));

/** The links of a document that lead nowhere, each with why. */
function brokenLinks(file: string, text: string, read: (file: string) => string | null): string[] {
  return targetsIn(text).flatMap((target) => {
    const [place = '', anchor] = target.split('#');
    const there = place === '' ? text : read(path.join(path.dirname(file), place));
    if (there === null) return [`${file}: ${target} is not there`];
    return anchor === undefined || anchorsOf(there).has(anchor) ? [] : [`${file}: ${target} has no such heading`];
  });
}

/** Empty for a folder; null for what is not in the repository. What a build makes is not, even where it was built. */
function readIfThere(file: string): string | null {
  const full = path.join(ROOT, file);
  if (file.split('/').some((part) => part === '..' || SKIPPED.includes(part)) || !fs.existsSync(full)) return null;
  return fs.statSync(full).isDirectory() ? '' : fs.readFileSync(full, 'utf8');
}

describe('The documents of the repository', () => {
  const all = documents().map((file) => ({ file, text: readIfThere(file)! }));

  it('are all read, with many links between them', () => {
    const expected = ['README.md', 'README.zh-CN.md', 'CONTRIBUTING.md', 'SECURITY.md', 'docs/operations.md', 'deploy/kubernetes/README.md'];
    expect(all.map(({ file }) => file)).toEqual(expect.arrayContaining(expected));
    expect(all.flatMap(({ text }) => targetsIn(text)).length).toBeGreaterThan(60);
  });

  it('lead somewhere with every link and every anchor', () => {
    expect(all.flatMap(({ file, text }) => brokenLinks(file, text, readIfThere))).toEqual([]);
  });
});

describe('A link that leads nowhere is found:', () => {
  const there: Record<string, string> = { 'docs/there.md': '# A `small` place, here\n\n## Twice\n\n## Twice\n\n```sh\n# no heading\n```\n' };
  const read = (file: string) => there[file] ?? null;

  it.each<[string, string, string[]]>([
    ['one to a file', '[a](gone.md)', ['docs/a.md: gone.md is not there']],
    ['one to an anchor', '[a](there.md#elsewhere)', ['docs/a.md: there.md#elsewhere has no such heading']],
    ['one to a comment in code', '[a](there.md#no-heading)', ['docs/a.md: there.md#no-heading has no such heading']],
    ['one within the document', '[a](#nothing)', ['docs/a.md: #nothing has no such heading']],
    ['one whose words are code', '[`a`](gone.md)', ['docs/a.md: gone.md is not there']],
    ['an image', '![a](gone.png)', ['docs/a.md: gone.png is not there']],
    ['a third of two', '[a](there.md#twice-2)', ['docs/a.md: there.md#twice-2 has no such heading']],
  ])('%s', (_what, text, faults) => {
    expect(brokenLinks('docs/a.md', text, read)).toEqual(faults);
  });

  it.each<[string, string]>([
    ['to a heading with code and a comma in it', '[a](there.md#a-small-place-here)'],
    ['to the second of two', '[a](there.md#twice-1)'],
    ['within the document', '# The Goal\n[a](#the-goal)'],
    ['to another site', '[a](https://example.com/gone.md#x)'],
    ['that is shown as code', '```\n[a](gone.md)\n```'],
  ])('and one %s is not', (_what, text) => {
    expect(brokenLinks('docs/a.md', text, read)).toEqual([]);
  });
});
