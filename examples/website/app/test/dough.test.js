// The arithmetic behind calculator.html.
import { describe, expect, it } from 'vitest';
import { dough, grams } from '../src/dough.js';

describe('dough', () => {
  it('weighs as much as was asked for', () => {
    const { flour, water, salt, yeast } = dough({ loaves: 3, weight: 850, hydration: 72 });
    expect(flour + water + salt + yeast).toBeCloseTo(3 * 850, -1);
  });

  it('takes water as a share of the flour', () => {
    expect(dough({ loaves: 1, weight: 1725, hydration: 70 })).toEqual({
      flour: 1000,
      water: 700,
      salt: 20,
      yeast: 5,
    });
  });

  it('refuses what cannot be baked', () => {
    expect(() => dough({ loaves: 0, weight: 850, hydration: 70 })).toThrow('loaves must be more than 0');
  });
});

describe('grams', () => {
  it.each([
    [5, '5 g'],
    [999, '999 g'],
    [1250, '1.25 kg'],
  ])('%d is written %s', (amount, text) => {
    expect(grams(amount)).toBe(text);
  });
});
