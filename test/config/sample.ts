/** A small file without mistakes. Tests put one in by replacing a piece of it. */
export const sample = `roles:
  releasers: [U01ALICE, U01BOB]
  qa: [U01QUINN]
  managers: [U01ALICE, U01BOB, U01CAROL]
  on-call: ["@on-call"]
apps:
  shop:
    repository: https://github.com/acme/shop.git
    channel: C01SHOP
    permissions: { cut: [releasers] }
    build: { run: npm run build, artifacts: [dist], timeout: 15m }
    checklist:
      - { item: QA sign-off, role: qa, before: production }
    environments:
      - name: integration
        mode: continuous
        patch: { run: deploy/patch.sh }
      - name: staging
        accept: { from: [qa] }
        patch: { run: deploy/patch.sh }
      - name: production
        approve: { from: [managers], count: 2, fourEyes: true }
        patch: { run: deploy/patch.sh }
    previews: { like: integration }
`

/** The sample with one piece replaced; throws when the piece is not there exactly once. */
export function sampleWith(piece: string, replacement: string): string {
  const parts = sample.split(piece)
  if (parts.length !== 2)
    throw new Error(`${JSON.stringify(piece)} is in the sample ${parts.length - 1} times`)
  return parts.join(replacement)
}
