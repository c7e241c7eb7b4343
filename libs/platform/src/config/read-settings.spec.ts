import { IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { PLATFORM_SETTINGS } from '../process/settings.js';
import { InvalidSettings, readSettings } from './read-settings.js';
import { Setting, settingsOf } from './setting.js';

class Bakery {
  @Setting('OVENS', 'How many ovens there are.')
  @IsInt()
  @Min(1)
  @Max(9)
  ovens: number = 2;

  @Setting('FLOUR', 'What the bread is made of.')
  @IsIn(['wheat', 'rye'])
  flour: string = 'wheat';

  @Setting('SECRET_RECIPE', 'Known to the baker only.')
  @IsOptional()
  @Matches(/^[a-z]+$/, { message: 'must be lower case' })
  secretRecipe?: string;
}
class Shop {
  @Setting('DOORS', 'How many doors there are.')
  @IsInt()
  doors: number = 1;
}

const faultsOf = (env: Record<string, string>): InvalidSettings => {
  try {
    readSettings([Bakery, Shop], env);
  } catch (error) {
    if (error instanceof InvalidSettings) return error;
  }
  throw new Error('It was not refused');
};

describe('settings', () => {
  it('have defaults, and what the environment says instead', () => {
    expect(readSettings([Bakery, Shop], { OVENS: ' 7 ', SECRET_RECIPE: 'salt' })).toEqual([{ ovens: 7, flour: 'wheat', secretRecipe: 'salt' }, { doors: 1 }]);
    expect(readSettings([Bakery], { OVENS: '', FLOUR: '  ' })).toEqual([{ ovens: 2, flour: 'wheat' }]);
  });

  it('are refused with every fault at once, each by the name of its variable', () => {
    const { faults, message } = faultsOf({ OVENS: '12', FLOUR: 'sand', SECRET_RECIPE: 'SALT', DOORS: 'two' });
    expect(faults.map(({ name }) => name)).toEqual(['OVENS', 'FLOUR', 'SECRET_RECIPE', 'DOORS']);
    for (const { name, detail } of faults) expect(message).toContain(`${name}: ${detail}`);
  });

  it.each(['1.5', 'NaN', '-1', 'seven', '1e99', '0x10', '1_0', 'Infinity'])('do not take %s for a number of ovens', (text) => {
    expect(faultsOf({ OVENS: text }).faults).toHaveLength(1);
  });

  it('do not repeat a secret that is refused', () => {
    expect(faultsOf({ SECRET_RECIPE: 'SALT42' }).message).not.toContain('SALT42');
  });
});

describe('the settings of the platform', () => {
  const docs = PLATFORM_SETTINGS.flatMap((type) => settingsOf(type));

  it.each(PLATFORM_SETTINGS)('of %p have a variable and a sentence for each field', (type) => {
    const documented = settingsOf(type);
    expect(documented.length).toBeGreaterThan(0);
    expect(Object.keys(new type()).filter((field) => !documented.some(({ property }) => property === field))).toEqual([]);
    for (const { name, sentence } of documented) {
      expect(name).toMatch(/^[A-Z][A-Z0-9_]+$/);
      expect(sentence).toMatch(/^[A-Za-z].{10,}\.$/);
    }
  });

  it('name each variable once', () => {
    expect(docs.map(({ name }) => name)).toEqual([...new Set(docs.map(({ name }) => name))]);
  });

  it('are valid when the environment says nothing', () => {
    expect(readSettings(PLATFORM_SETTINGS, {})).toHaveLength(PLATFORM_SETTINGS.length);
  });
});
