# ccbot in a container. The agents, their logins and your projects are mounted; nothing of them is in the image:
#   docker build -t ccbot .
#   docker run -d --name ccbot --restart unless-stopped \
#     -v "$HOME":/home/ccbot -v /usr/local/bin/claude:/usr/local/bin/claude:ro ccbot
# The settings are in /home/ccbot/.ccbot/.env then; `docker exec -it ccbot ccbot init` asks for them.
FROM node:24-bookworm AS build
WORKDIR /src
COPY . .
RUN npm ci --omit=dev --no-audit --no-fund
RUN npm run build
RUN npm run pack
RUN npm install --global --prefix /opt/ccbot --no-audit --no-fund ./packed/*.tgz

FROM node:24-bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends tmux git ca-certificates procps && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/ccbot /opt/ccbot
ENV PATH=/opt/ccbot/bin:$PATH LANG=C.UTF-8
RUN usermod --login ccbot --home /home/ccbot --move-home node && groupmod --new-name ccbot node
USER ccbot
WORKDIR /home/ccbot
HEALTHCHECK --interval=30s --start-period=30s CMD ["ccbot", "status"]
# --patient: it waits for settings that are still missing, and for the lock.
ENTRYPOINT ["ccbot", "supervise", "--patient"]
