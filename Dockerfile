# One exact version, not a moving tag; docs/security.md says how to pin its bytes too.
ARG NODE=node:24.21.0-slim

FROM ${NODE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
# Removes what only `npm start` and the tests need, the SDK's binaries for other platforms, and the files of AWS's and
# OpenTelemetry's packages that only bundlers use; docs/dependencies.md says why each remaining package is there. The SBOM, with
# licences, is made from what is installed after that: `npm sbom --omit=dev` would also omit packages that both use.
RUN npm run build \
 && npm pkg delete devDependencies optionalDependencies.local-slack-linux-x64 dependencies.@electric-sql/pglite dependencies.@electric-sql/pglite-socket dependencies.@temporalio/testing dependencies.echarts dependencies.tsx dependencies.undici \
 && npm prune \
 && (cd node_modules/@temporalio/core-bridge && rm -rf sdk-core && cd releases \
   && find . -mindepth 1 -maxdepth 1 ! -name "$(node -p 'require("../common.js").getPrebuiltTargetName()')" -exec rm -r {} +) \
 && rm -rf node_modules/@opentelemetry/*/build/esm node_modules/@opentelemetry/*/build/esnext \
   node_modules/@aws-sdk/*/dist-es node_modules/@aws-sdk/*/dist-types node_modules/@smithy/*/dist-es node_modules/@smithy/*/dist-types \
 && [ "$(du -sm node_modules | cut -f1)" -le 300 ] \
 && npm sbom --sbom-format=cyclonedx > sbom.json

FROM ${NODE}
# git and ssh read the repositories. Tools that stages need, such as curl, belong in an image built FROM this one.
RUN apt-get update \
 && apt-get install -y --no-install-recommends git openssh-client ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && mkdir /data && chown node:node /data
WORKDIR /app
COPY --from=build /app/package.json /app/sbom.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
ENV NODE_ENV=production SLIPWAY_DATA=/data SLIPWAY_HTTP_HOST=0.0.0.0
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.SLIPWAY_HTTP_PORT ?? 3000}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=4", "dist/main.js", "all"]
