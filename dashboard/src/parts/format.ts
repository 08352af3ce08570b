const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

/** Bytes for people: three digits and a binary unit. */
export function bytes(count: number): string {
  let value = count
  let unit = 0
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024
    unit++
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`
}

/** A length of time for people: its two largest units. */
export function duration(millis: number): string {
  if (millis < 1_000) return `${Math.round(millis)} ms`
  const seconds = Math.round(millis / 1_000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return `${hours} h ${minutes % 60} min`
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** Between two times, to now when the second is missing. */
export function between(from: string, to: string | null): number {
  return Math.max(0, (to === null ? Date.now() : Date.parse(to)) - Date.parse(from))
}

const AGO = new Intl.RelativeTimeFormat('en', {numeric: 'auto'})
const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** How long ago, or in how long. */
export function ago(at: string, now: number = Date.now()): string {
  const seconds = (Date.parse(at) - now) / 1_000
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return AGO.format(Math.trunc(seconds / size), unit)
  }
  return seconds > 0 ? 'in a moment' : 'just now'
}

/** A moment in a zone, the browser's own when none is named; one that the browser does not know is told in UTC, and says so. */
export function moment(at: string, timeZone?: string, now: number = Date.now()): string {
  const when = new Date(at)
  if (timeZone !== undefined && !isKnown(timeZone)) return `${moment(at, 'UTC', now)} UTC`
  const yearOf = (date: Date) => new Intl.DateTimeFormat('en-GB', {year: 'numeric', timeZone}).format(date)
  const year = yearOf(when) === yearOf(new Date(now)) ? undefined : 'numeric'
  return new Intl.DateTimeFormat('en-GB', {weekday: 'short', day: 'numeric', month: 'short', year, hour: '2-digit', minute: '2-digit', timeZone}).format(when)
}

function isKnown(timeZone: string): boolean {
  try {
    Intl.DateTimeFormat('en-GB', {timeZone})
    return true
  } catch {
    return false
  }
}

export function count(value: number, one: string, many: string = one + 's'): string {
  return `${value.toLocaleString('en')} ${value === 1 ? one : many}`
}
