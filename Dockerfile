# `rediscover up` in a container: as no root, with nothing to write to but its volume and /tmp. docs/schedule.md has how.
# Any base with Python 3.11 or newer as python3, its venv and CA certificates will do; pin it by digest where you deploy.
ARG BASE=docker.io/library/python:3.13-slim-trixie

FROM ${BASE} AS build
WORKDIR /build
COPY requirements/run.txt requirements/
RUN python3 -m venv /opt/rediscover \
  && /opt/rediscover/bin/python -m pip install --no-cache-dir --no-deps --require-hashes -r requirements/run.txt
COPY . .
RUN /opt/rediscover/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation . \
  && /opt/rediscover/bin/python -m pip uninstall --yes hatchling pip

FROM ${BASE}
COPY --from=build /opt/rediscover /opt/rediscover
RUN install -d -m 700 -o 1000 -g 1000 /data
ENV PATH=/opt/rediscover/bin:/usr/local/bin:/usr/bin:/bin \
  PYTHONUNBUFFERED=1 \
  REDISCOVER_HOME=/data
USER 1000:1000
VOLUME /data
HEALTHCHECK --interval=10m --timeout=1m --start-period=2m CMD ["rediscover", "up", "--show"]
ENTRYPOINT ["rediscover"]
CMD ["up"]
