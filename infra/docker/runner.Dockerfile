# The runner. From the top of the checkout:
#   docker build -f infra/docker/runner.Dockerfile -t orleans-hybrid/runner .
# Both images it builds on can be others: infra/docker/make-local-images.sh makes some that need no registry.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG BASE_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled-extra

FROM ${SDK_IMAGE} AS build
WORKDIR /source
COPY . .
# For the platform that is built for: compiled ahead, it starts sooner.
ARG TARGETARCH
RUN dotnet publish silo/Runner -c Release -o /app -r linux-$([ "${TARGETARCH:-$(uname -m)}" = arm64 ] || [ "${TARGETARCH:-$(uname -m)}" = aarch64 ] && echo arm64 || echo x64) \
    && mkdir /state

FROM ${BASE_IMAGE}
ARG VERSION=0.1.0
# The name that it is started by; the runner says it in the lines that it wants people to copy.
ARG IMAGE=orleans-hybrid/runner
LABEL org.opencontainers.image.title="Orleans.Hybrid runner" \
      org.opencontainers.image.description="Claims the tasks of one cluster and runs them as containers of this host" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}"
WORKDIR /app
COPY --from=build /app .
COPY --from=build --chown=1654:1654 /state /state
# It starts as root to learn which group may use the Docker socket, and becomes that user in that group before it does
# anything else.
ENV STATE_DIR=/state RUN_AS=1654 RUNNER_IMAGE=${IMAGE} DOTNET_EnableDiagnostics=0
USER 0:0
VOLUME /state
ENTRYPOINT ["dotnet", "OrleansHybrid.Runner.dll"]
