// People type dd/mm/yyyy; the server gets YYYY-MM-DD.

const TYPED = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/;
const STORED = /^(\d{4})-(\d{2})-(\d{2})$/;

/** "5/12/2024" → "2024-12-05"; null when it is no real date between 1900 and 2100. */
export function storedDate(typed) {
  const match = TYPED.exec(typed.trim());
  if (match === null) {
    return null;
  }
  const [day, month, year] = match.slice(1).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  const real = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return real && year >= 1900 && year <= 2100 ? date.toISOString().slice(0, 10) : null;
}

/** "2024-12-05" → "05/12/2024"; anything else is given back as it is. */
export function typedDate(stored) {
  const match = STORED.exec(stored);
  return match === null ? stored : `${match[3]}/${match[2]}/${match[1]}`;
}

/** Whether a value is a stored date. */
export function isStoredDate(value) {
  return STORED.test(value);
}
