/** Turns a page into a function of its values: `{{name}}` is escaped, `{{{name}}}` is HTML already. */
export function compilePage(name, html) {
  const lean = html.replace(/<!--.*?-->/gs, '').replace(/\s+/g, ' ').replace(/> </g, '><').trim()
  const parts = lean.split(/(\{\{\{\w+\}\}\}|\{\{\w+\}\})/).map((part) => {
    const [, raw] = /^\{\{\{(\w+)\}\}\}$/.exec(part) ?? []
    const [, plain] = /^\{\{(\w+)\}\}$/.exec(part) ?? []
    if (raw) return `values.${raw}`
    return plain ? `escape(values.${plain})` : JSON.stringify(part)
  })
  const escape = `(text) => String(text).replace(/[&<>"]/g, (c) => \`&#\${c.charCodeAt(0)};\`)`
  return `export function ${name}(values) { const escape = ${escape}; return ${parts.join(' + ')} }`
}

/** Drops comments and the space that a browser ignores. */
export function minifyStyle(css) {
  return css
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{}:;,]) ?/g, '$1')
    .replace(/;}/g, '}')
    .trim()
}
