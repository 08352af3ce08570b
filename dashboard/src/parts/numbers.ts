/** What a number field holds; null when it is empty. */
export function numberOrNull(value: number | string): number | null {
  return value === '' ? null : Number(value)
}
