using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace OrleansHybrid.Runner.Sandboxes.Containers;

/// <summary>Where a Docker engine listens: a unix socket, or a TCP port without TLS.</summary>
internal sealed class DockerAddress
{
    private const string DefaultHost = "unix:///var/run/docker.sock";
    private const int DefaultPort = 2375;

    private readonly string _text;
    private readonly EndPoint _endPoint;

    private DockerAddress(string text, EndPoint endPoint, Uri baseUri)
    {
        this._text = text;
        this._endPoint = endPoint;
        BaseUri = baseUri;
    }

    /// <summary>The first part of every request's URL; behind a unix socket the host name is only for show.</summary>
    public Uri BaseUri { get; }

    /// <summary>The unix socket's path; null for a TCP port.</summary>
    public string? SocketPath => _endPoint is UnixDomainSocketEndPoint ? _endPoint.ToString() : null;

    /// <summary>The address in <c>DOCKER_HOST</c>; <see cref="FormatException"/> says what is wrong with it.</summary>
    public static DockerAddress FromEnvironment()
    {
        var address = Parse(Environment.GetEnvironmentVariable("DOCKER_HOST"));
        var tls = Environment.GetEnvironmentVariable("DOCKER_TLS_VERIFY") is { Length: > 0 };
        if (tls && address._endPoint is DnsEndPoint)
        {
            throw new FormatException($"DOCKER_TLS_VERIFY is set, but {address} would be spoken to without TLS: "
                + "use the engine's unix socket, or forward it through SSH.");
        }

        return address;
    }

    /// <summary>Reads <c>unix:///path</c> or <c>tcp://host[:port]</c>; null or empty is the usual socket.</summary>
    public static DockerAddress Parse(string? host)
    {
        host = string.IsNullOrWhiteSpace(host) ? DefaultHost : host.Trim();
        if (host.StartsWith("unix:///", StringComparison.Ordinal))
        {
            var socket = new UnixDomainSocketEndPoint(host["unix://".Length..]);
            return new DockerAddress(host, socket, new Uri("http://docker"));
        }

        if (host.StartsWith("tcp://", StringComparison.Ordinal) && Uri.TryCreate(host, UriKind.Absolute, out var uri))
        {
            var port = uri.Port < 0 ? DefaultPort : uri.Port;
            var baseUri = new UriBuilder("http", uri.Host, port).Uri;
            return new DockerAddress(host, new DnsEndPoint(uri.IdnHost, port), baseUri);
        }

        throw new FormatException($"DOCKER_HOST is \"{host}\": give unix:///path/to/docker.sock or tcp://host:port.");
    }

    /// <summary>Opens one connection to the engine.</summary>
    public async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var unix = _endPoint is UnixDomainSocketEndPoint;
        var socket = unix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (!unix)
            {
                // A task may be silent for hours; only keep-alive tells a quiet engine from a machine that is gone.
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
                socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
                socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
            }

            await socket.ConnectAsync(_endPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Why no connection came about, and what to try, in one sentence.</summary>
    public string Explain(SocketException exception) => exception.SocketErrorCode switch
    {
        SocketError.AccessDenied =>
            $"permission denied at {this}: run as root or as a member of the socket's group (usually docker)",
        SocketError.ConnectionRefused => $"nobody listens at {this}: start the Docker engine",
        SocketError.AddressNotAvailable when _endPoint is UnixDomainSocketEndPoint =>
            $"{this} does not exist: install and start a Docker engine, or mount its socket, or set DOCKER_HOST",
        _ => string.Create(CultureInfo.InvariantCulture, $"{this} can't be reached: {exception.Message}"),
    };

    /// <inheritdoc/>
    public override string ToString() => _text;
}
