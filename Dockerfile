# One image, two commands: the API is the default, the worker is `node apps/worker/src/main.ts`.
FROM node:24-bookworm-slim AS page
WORKDIR /app
COPY . .
# The bundler is one of those dependencies that are named optional, one for each machine, and needed all the same.
RUN npm ci --workspace @rivulet/web --ignore-scripts
RUN npm run build

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY . .
# The optional dependencies are the embedded stack's binaries; here their counterparts are containers.
RUN npm ci --omit=optional
RUN npm prune --omit=dev --omit=optional --ignore-scripts

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY --from=build /app .
COPY --from=page /app/apps/web/dist apps/web/dist
USER node
EXPOSE 3000
CMD ["node", "apps/api/src/main.ts"]
