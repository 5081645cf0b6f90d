# The skill as a container: `docker build --tag sciatica-massage .`; compose.yaml runs it with all it needs.
#
# Every Python package is the version of requirements.lock, checked by its hash. The base image is named by its tag: pin
# it with `--build-arg PYTHON=python:3.11-slim-bookworm@sha256:...`, the digest that `docker pull` prints.
# With Python 3.11 the whole lock comes as wheels; with 3.12 and later some of it would have to be compiled.
ARG PYTHON=python:3.11-slim-bookworm

FROM ${PYTHON} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
# The whole lock, for its hashes and what builds; what comes into the image is chosen from it below, without a network.
COPY requirements.lock ./
RUN pip download --quiet --require-hashes --only-binary :all: --dest /wheels --requirement requirements.lock
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY speech speech
COPY skill skill
COPY interaction_models interaction_models
# `voice` speaks scripts of one's own. Without it: --build-arg EXTRAS=postgres
ARG EXTRAS=postgres,voice
ENV PIP_NO_INDEX=1 PIP_FIND_LINKS=/wheels
RUN pip wheel --quiet --no-deps --wheel-dir /wheels . \
    && python -m venv --without-pip /opt/massage \
    && pip --python /opt/massage/bin/python install --quiet "$(echo /wheels/sciatica_massage-*.whl)[${EXTRAS}]"
# The root of the container is read-only: byte code is made here. The build of the wheel compiled scripts and messages.
RUN /opt/massage/bin/python -m compileall -q --invalidation-mode unchecked-hash -f /opt/massage/lib

FROM ${PYTHON}
ENV PATH=/opt/massage/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 XDG_CACHE_HOME=/var/cache HOME=/tmp
RUN useradd --uid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin massage \
    && install --directory --owner=massage --group=massage /var/cache/sciatica-massage
COPY --from=build /opt/massage /opt/massage
COPY deploy/container/start.sh /usr/local/bin/start.sh
USER 10001
# Clips that were rendered, for all containers that serve the same tracks.
VOLUME /var/cache/sciatica-massage
EXPOSE 8321
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=90s --retries=3 CMD ["python", "-c", "import os, http.client as h; c = h.HTTPConnection('127.0.0.1', int(os.environ.get('PORT', 8321)), timeout=4); c.request('GET', '/health'); raise SystemExit(c.getresponse().status != 200)"]
ENTRYPOINT ["start.sh"]
