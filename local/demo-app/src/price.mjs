/** Cents as people read them, in a currency. */
export function price(cents, currency) {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).format(cents / 100)
}

/** What a product costs after its discount, in whole cents. */
export function discounted(cents, percent) {
  return Math.round(cents * (1 - percent / 100))
}
