using System.Buffers;
using System.Buffers.Binary;
using Microsoft.AspNetCore.Connections;
using Orleans.Configuration;
using OrleansHybrid.Abstractions.Gateway;

namespace OrleansHybrid.Silo.Clustering;

/// <summary>Access to a silo's ports; docs/decisions/0013 says why each port has options of its own.</summary>
internal static class SiloConnections
{
    // Orleans rejects a longer one itself.
    private const int MaxPreambleLength = 1024;
    private const int LengthPrefix = sizeof(int);

    private static readonly TimeSpan PreambleTimeout = TimeSpan.FromSeconds(10);

    // How the client inside each silo is called.
    private static readonly byte[] HostedClientPrefix = "hosted-"u8.ToArray();

    /// <summary>Silos open the silo port to silos, and the gateway to apps and runners as well.</summary>
    public static void RequireCertificates(this ISiloBuilder silo, CertificateFiles files) => silo.Configure<SiloConnectionOptions>(ports =>
    {
        ports.ConfigureSiloInboundConnection(connections => connections.UseMutualTlsAsServer("silo port", files, CertificateRoles.Silo));
        ports.ConfigureSiloOutboundConnection(connections => connections.UseMutualTlsAsClient(files));
        ports.ConfigureGatewayInboundConnection(connections =>
        {
            connections.UseMutualTlsAsServer("gateway", files, CertificateRoles.Silo, CertificateRoles.App, CertificateRoles.Runner);
            connections.Use(next => context => RejectSpoofedClientsAsync(next, context));
        });
    });

    // A client chooses its name in the first bytes. Under that of a silo's own client it would be sent what is meant for that one.
    private static async Task RejectSpoofedClientsAsync(ConnectionDelegate next, ConnectionContext context)
    {
        using var patience = new CancellationTokenSource(PreambleTimeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, context.ConnectionClosed);
        try
        {
            if (await IsHostedClientAsync(context, either.Token))
            {
                throw new ConnectionAbortedException("a client must not use a silo's name");
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }

        await next(context);
    }

    private static async Task<bool> IsHostedClientAsync(ConnectionContext context, CancellationToken cancellationToken)
    {
        var input = context.Transport.Input;
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            var isWhole = read.IsCompleted || read.Buffer.Length >= RequiredLength(read.Buffer);
            var isHosted = isWhole && read.Buffer.Slice(0, Math.Min(read.Buffer.Length, LengthPrefix + MaxPreambleLength)).ToArray().AsSpan().IndexOf(HostedClientPrefix) >= 0;

            // What was only peeked at stays for the next reader.
            input.AdvanceTo(read.Buffer.Start, isWhole ? read.Buffer.Start : read.Buffer.End);
            if (isWhole)
            {
                return isHosted;
            }
        }
    }

    private static long RequiredLength(ReadOnlySequence<byte> buffer)
    {
        if (buffer.Length < LengthPrefix)
        {
            return LengthPrefix;
        }

        Span<byte> length = stackalloc byte[LengthPrefix];
        buffer.Slice(0, LengthPrefix).CopyTo(length);
        return LengthPrefix + Math.Clamp(BinaryPrimitives.ReadInt32LittleEndian(length), 0, MaxPreambleLength);
    }
}
