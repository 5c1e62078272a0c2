using System.Net;

namespace OrleansHybrid.Abstractions.Gateway;

/// <summary>The results of a client's connections to gateways: Orleans goes on trying, and does not say why one failed.</summary>
public sealed class GatewayHandshakes
{
    private readonly IReadOnlyList<GatewayAddress> _gateways;
    private readonly CertificateFiles _files;
    private volatile HandshakeAttempt? _last;

    internal GatewayHandshakes(IReadOnlyList<GatewayAddress> gateways, CertificateFiles files) => (_gateways, _files) = (gateways, files);

    /// <summary>Why there is no connection, as far as it is known: a sentence without an end.</summary>
    /// <param name="now">The present time.</param>
    public string Describe(DateTimeOffset now)
    {
        var gateways = string.Join(", ", _gateways);
        return _files.FindProblem(now) is { } problem ? problem
            : _last is not { } last ? $"no gateway answers at {gateways}"
            : last.Handshake.IsPeerTrusted ? $"no gateway accepted this certificate, {_files}, at {gateways}: it has to be from the installation's authority, for the role app or runner"
            : $"what answers at {last.Peer} is no gateway of this installation: {last.Handshake.Problem ?? "it does not speak TLS"}";
    }

    internal void Add(EndPoint? peer, MutualTls.Handshake handshake) => _last = new HandshakeAttempt(peer, handshake);

    private sealed record HandshakeAttempt(EndPoint? Peer, MutualTls.Handshake Handshake);
}
