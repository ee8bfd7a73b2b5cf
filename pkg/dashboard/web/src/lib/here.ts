/** The browser's time zone, for what belongs to no site. */
export const zoneHere = Intl.DateTimeFormat().resolvedOptions().timeZone
