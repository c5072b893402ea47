FROM node:26-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev --omit=optional

FROM node:26-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production PLAYLEDGER_DATA_DIR=/data PLAYLEDGER_HOST=0.0.0.0 PORT=4480
COPY --from=build /app/package.json /app/LICENSE ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist/src ./dist/src
COPY --from=build /app/bin ./bin
COPY --from=build /app/sample ./sample
RUN mkdir /data && chown node /data
USER node
VOLUME /data
EXPOSE 4480
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "bin/playledger.mjs"]
CMD ["serve"]
