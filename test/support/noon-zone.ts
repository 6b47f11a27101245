/** A zone where it is noon, on the day of UTC: no day or month ends while a test runs, and it is no time to let people sleep. */
const offset = new Date().getUTCHours() - 12
export const noonZone = `Etc/GMT${offset < 0 ? '' : '+'}${offset}`
