/** The gallery as one HTML page that loads nothing from elsewhere. */
import type { AnyBlock, ModalView } from '@slack/types'
import { drawBlocks, drawModal } from './blocks.js'
import { escapeHtml } from './mrkdwn.js'

/** One thing that Slack shows: a message with its notification text, a Home tab, or a form. */
export type Scene =
  | {
      readonly kind: 'message'
      readonly name: string
      readonly text: string
      readonly blocks?: readonly AnyBlock[] | undefined
    }
  | { readonly kind: 'home'; readonly name: string; readonly blocks: readonly AnyBlock[] }
  | { readonly kind: 'form'; readonly name: string; readonly view: ModalView }

/** Scenes under one heading; `id` names its picture. */
export interface Room {
  readonly id: string
  readonly title: string
  readonly scenes: readonly Scene[]
}

export function galleryPage(rooms: readonly Room[]): string {
  const index = rooms
    .map(({ id, title, scenes }) => `<a href="#${id}">${escapeHtml(title)} (${scenes.length})</a>`)
    .join(' · ')
  const sections = rooms.map(
    ({ id, title, scenes }) =>
      `<section id="${id}"><h2>${escapeHtml(title)}</h2><div class="scenes">${scenes.map(draw).join('\n')}</div></section>`,
  )
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Slipway: everything it says</title><style>${STYLE}</style>
<h1>Everything Slipway says</h1><nav>${index}</nav>
${sections.join('\n')}</html>`
}

function draw(scene: Scene): string {
  return `<article><h6>${escapeHtml(scene.name)}</h6>${drawScene(scene)}</article>`
}

function drawScene(scene: Scene): string {
  switch (scene.kind) {
    case 'message':
      return `<p class="notification">🔔 ${escapeHtml(scene.text)}</p>${drawBlocks(scene.blocks ?? [])}`
    case 'home':
      return drawBlocks(scene.blocks)
    case 'form':
      return drawModal(scene.view)
  }
}

const STYLE = `
body { font: 15px/1.46 Lato, "Helvetica Neue", "DejaVu Sans", sans-serif; color: #1d1c1d; margin: 16px; }
nav a { color: #1264a3; text-decoration: none; }
.scenes { columns: 2; column-gap: 16px; }
article { border: 1px solid #ddd; border-radius: 8px; padding: 8px 12px; margin: 0 0 12px; break-inside: avoid; overflow-wrap: anywhere; }
h6 { margin: 0 0 6px; color: #a0522d; font-size: 12px; }
h3 { margin: 4px 0; font-size: 18px; }
p { margin: 6px 0; }
.table { overflow-x: auto; } table { border-collapse: collapse; } td { border: 1px solid #ddd; padding: 4px 8px; min-width: 80px; overflow-wrap: normal; }
hr { border: 0; border-top: 1px solid #ddd; }
a { color: #1264a3; }
code, pre { background: #f6f6f6; border: 1px solid #e0e0e0; border-radius: 4px; font: 12px/1.5 "DejaVu Sans Mono", monospace; }
code { color: #c01343; padding: 1px 3px; }
pre { padding: 6px; white-space: pre-wrap; }
blockquote { margin: 4px 0; padding-left: 10px; border-left: 4px solid #ddd; }
.notification { color: #555; font-size: 12px; background: #fafafa; padding: 2px 6px; }
.context, .hint { color: #616061; font-size: 13px; }
.fields { display: grid; grid-template-columns: 1fr 1fr; gap: 6px; }
.button { display: inline-block; border: 1px solid #bbb; border-radius: 4px; padding: 2px 12px; margin: 0 6px 6px 0; font-weight: bold; font-size: 13px; }
.primary { background: #007a5a; color: #fff; border-color: #007a5a; }
.danger { background: #e01e5a; color: #fff; border-color: #e01e5a; }
.menu { display: inline-block; vertical-align: top; }
.menu ul { list-style: none; margin: 0 0 6px; padding: 4px 10px; border: 1px dashed #bbb; border-radius: 4px; font-size: 12px; }
.confirm { display: inline-block; font-size: 12px; background: #fff8e1; border: 1px dashed #c9a227; border-radius: 4px; padding: 2px 6px; margin: 0 6px 6px 0; }
.mention { background: #e8f5fa; color: #1264a3; border-radius: 3px; padding: 0 2px; }
.alarm, .unknown { background: #fde; color: #b00; }
.modal { max-width: 520px; border: 1px solid #bbb; border-radius: 8px; padding: 4px 14px; }
.input .field { display: block; border: 1px solid #bbb; border-radius: 4px; padding: 4px 8px; min-height: 20px; }
.hint { display: block; }
@media (max-width: 600px) { .scenes { columns: 1; } body { margin: 6px; } .fields { grid-template-columns: 1fr; } }
`
