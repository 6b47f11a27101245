/** Slack's mrkdwn as HTML, as far as Slipway uses it. The text is not trusted: it is escaped again. */

/** Escapes text for HTML; Slack's own three entities are kept. */
export function escapeHtml(text: string): string {
  return text
    .replace(/&(?!(?:amp|lt|gt);)/g, '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** One mrkdwn text as HTML. */
export function mrkdwn(text: string): string {
  const parts = text.split(/```\n?([\s\S]*?)\n?```/)
  return parts
    .map((part, index) => (index % 2 === 1 ? `<pre>${escapeHtml(part)}</pre>` : lines(part)))
    .join('')
}

function lines(text: string): string {
  const html = text.split('\n').map((line) => {
    const quoted = /^(?:>|&gt;) ?(.*)$/.exec(line)
    return quoted ? `<blockquote>${inline(quoted[1] ?? '')}</blockquote>` : inline(line)
  })
  return html.join('<br>').replaceAll('</blockquote><br>', '</blockquote>')
}

function inline(text: string): string {
  return text
    .split(/(`[^`\n]+`|<[^>\n]+>)/)
    .map((part) => {
      if (/^`.+`$/.test(part)) return `<code>${escapeHtml(part.slice(1, -1))}</code>`
      return /^<.+>$/.test(part) ? reference(part.slice(1, -1)) : styled(escapeHtml(part))
    })
    .join('')
}

function styled(html: string): string {
  return html
    .replace(/(^|[\s(>“"])\*([^\s*](?:[^*\n]*[^\s*])?)\*(?=$|[\s.,:;!?)<”"·])/g, '$1<b>$2</b>')
    .replace(/(^|[\s(>])_([^_\n]+)_(?=$|[\s.,:;!?)<])/g, '$1<i>$2</i>')
    .replace(/(^|\s)~([^~\n]+)~(?=$|[\s.,])/g, '$1<s>$2</s>')
}

/** `@U1`, `#C1`, `!date^…|fallback`, `https://…|label`. */
function reference(inside: string): string {
  const [target = '', label] = inside.split('|')
  if (target.startsWith('!date')) return `<span class="date">${escapeHtml(label ?? target)}</span>`
  if (target.startsWith('!')) return `<span class="mention alarm">@${escapeHtml(target.slice(1))}</span>`
  if (target.startsWith('@') || target.startsWith('#'))
    return `<span class="mention">${escapeHtml(target)}</span>`
  return `<a title="${escapeHtml(target)}">${escapeHtml(label ?? target)}</a>`
}
