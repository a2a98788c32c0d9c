# One image, two commands: the API is the default, the worker is `node apps/worker/src/main.ts`.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY . .
# The optional dependencies are the embedded stack's binaries; here their counterparts are containers.
RUN npm ci --omit=optional
RUN npm run build
RUN npm prune --omit=dev --omit=optional --ignore-scripts

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY --from=build /app .
USER node
EXPOSE 3000
CMD ["node", "apps/api/src/main.ts"]
