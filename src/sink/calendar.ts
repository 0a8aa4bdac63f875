/** Whether there is such a day in the calendar, from 1970 on. */
export function isInCalendar(year: number, month: number, date: number): boolean {
  const noon = new Date(Date.UTC(year, month - 1, date, 12));
  return year >= 1970 && noon.getUTCMonth() === month - 1 && noon.getUTCDate() === date;
}
