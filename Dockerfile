# One image for every role: the API (the default), the worker, the command line, and everything in one process. What runs is
# chosen by the argument:
#   docker build -t tenure:0.1.0 .
#   docker run ... tenure:0.1.0                                      the API
#   docker run ... tenure:0.1.0 dist/apps/worker/src/main.js         the worker
#   docker run ... tenure:0.1.0 dist/apps/cli/src/main.js migrate    brings the schema up to date
# It needs a PostgreSQL (DATABASE_URL) and a master key. Left out to keep it small: development dependencies and every optional
# package, which are the embedded PostgreSQL (it is 60 MB) and a Node of our own (the base image is that Node).
# It builds with BuildKit, which is Docker's own builder since 23. To pin the base for good, put its digest behind the tag:
# node:24-bookworm-slim@sha256:...
FROM node:24-bookworm-slim AS base
WORKDIR /app

# No install script has to run: nothing here is compiled, and one of them would report the installation to others.
FROM base AS build
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=optional --ignore-scripts
COPY nest-cli.json tsconfig.json ./
COPY scripts scripts
COPY apps apps
COPY libs libs
RUN npm run build

FROM base AS dependencies
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --omit=optional --ignore-scripts
# Almost half of what is installed is for editors and debuggers of those packages. (Our own source maps stay, for stack traces.)
RUN find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete

FROM base AS runtime
LABEL org.opencontainers.image.title="Tenure" \
      org.opencontainers.image.description="Hosts fleets of WhatsApp instances for many tenants" \
      org.opencontainers.image.licenses="Apache-2.0 AND GPL-3.0-only"
COPY LICENSE NOTICE package.json ./
COPY prisma/migrations prisma/migrations
COPY deploy/healthcheck.mjs deploy/healthcheck.mjs
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
# The simulated WhatsApp is for a process that does everything, or one of its own (dist/apps/sandbox/src/main.js, TENURE_SANDBOX=on).
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000 \
    TENURE_SANDBOX=off
EXPOSE 3000
# The user `node` of the base image, as numbers: Kubernetes can only tell from a number that it is not root. Everything above
# belongs to root, and nothing is written: the root file system may be read-only.
USER 1000:1000
# Alive, not ready: an orchestrator that restarts what is unhealthy must not restart every process because the database is away.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["node", "deploy/healthcheck.mjs", "/healthz"]
# SIGTERM, the default, ends it in order: Node is process 1 and handles it itself, and no shell stands in between.
# a small young generation: the memory of a burst is given back
ENTRYPOINT ["node", "--max-semi-space-size=8", "--enable-source-maps"]
CMD ["dist/apps/api/src/main.js"]
