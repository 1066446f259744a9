# One image for the gateway and the seven services; the first argument chooses which it is:
#   docker run lyceum gateway | auth | user | course | progress | analytics | billing | notification

FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY packages/ packages/
COPY subgraphs/ subgraphs/
COPY gateway/ gateway/
COPY standalone/ standalone/
COPY tests/package.json tests/
COPY bench/package.json bench/
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY prisma/ prisma/
COPY schema/ schema/
COPY scripts/ scripts/
COPY supergraph.yaml tsconfig.json ./
RUN npm run generate && npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:22-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 LYCEUM_ROOT=/app
WORKDIR /app
# Uploads and media: made here so that a volume mounted on it belongs to the user.
RUN mkdir -p /data && chown node:node /data
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/package.json /app/supergraph.yaml ./
# node_modules holds links to the workspaces, and some packages of theirs lie inside them.
COPY --from=build /app/packages packages
COPY --from=build /app/subgraphs subgraphs
COPY --from=build /app/gateway gateway
COPY --from=build /app/standalone standalone
COPY --from=build /app/prisma prisma
COPY --from=build /app/schema schema
COPY --from=build /app/dist dist
COPY docker-entrypoint.sh ./
USER node
VOLUME /data
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["./docker-entrypoint.sh"]
CMD ["gateway"]
