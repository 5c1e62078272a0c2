# The control plane. From the top of the checkout:
#   docker build -f infra/docker/silo.Dockerfile -t orleans-hybrid/silo .
# Both images it builds on can be others: infra/docker/make-local-images.sh makes some that need no registry.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG BASE_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled-extra

FROM ${SDK_IMAGE} AS build
WORKDIR /source
COPY . .
# For the platform that is built for: compiled ahead, it starts sooner.
ARG TARGETARCH
RUN dotnet publish silo/Silo -c Release -o /app -r linux-$([ "${TARGETARCH:-$(uname -m)}" = arm64 ] || [ "${TARGETARCH:-$(uname -m)}" = aarch64 ] && echo arm64 || echo x64) \
    && mkdir -p /data/runner /authority

FROM ${BASE_IMAGE}
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="Orleans.Hybrid silo" \
      org.opencontainers.image.description="The control plane: Iron API, runner protocol, grains" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}"
WORKDIR /app
COPY --from=build /app .
# A volume takes over the owner of the folder that it is mounted on.
COPY --from=build --chown=1654:1654 /data /data
COPY --from=build --chown=1654:1654 /authority /authority
ENV HYBRID_DATA=/data HYBRID_URLS=http://*:8080 DOTNET_EnableDiagnostics=0
USER 1654:1654
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=8s --start-period=60s CMD ["dotnet", "OrleansHybrid.Silo.dll", "ready"]
ENTRYPOINT ["dotnet", "OrleansHybrid.Silo.dll"]
CMD ["up", "--no-runner"]
