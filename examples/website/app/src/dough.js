// Baker's percentages: every ingredient is a share of the flour, which is 100 %.

const SALT = 2;
const YEAST = 0.5;

/**
 * The ingredients of a dough, in whole grams (yeast: in tenths).
 * `hydration` is the water in per cent of the flour.
 */
export function dough({ loaves, weight, hydration }) {
  for (const [name, value] of Object.entries({ loaves, weight, hydration })) {
    if (!(value > 0)) throw new RangeError(`${name} must be more than 0, not ${value}`);
  }
  const flour = (loaves * weight * 100) / (100 + hydration + SALT + YEAST);
  return {
    flour: Math.round(flour),
    water: Math.round((flour * hydration) / 100),
    salt: Math.round((flour * SALT) / 100),
    yeast: Math.round((flour * YEAST) / 10) / 10,
  };
}

/** `1250` reads better as `1.25 kg`. */
export function grams(amount) {
  return amount < 1000 ? `${amount} g` : `${amount / 1000} kg`;
}
