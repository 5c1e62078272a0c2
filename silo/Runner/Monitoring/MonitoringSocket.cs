using System.Net;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using OrleansHybrid.Runner.State;

namespace OrleansHybrid.Runner.Monitoring;

/// <summary>
/// The socket of the monitoring pages. A Unix socket is restricted to its user; one that a killed runner left is replaced, and one with
/// a live listener is not.
/// </summary>
internal sealed class MonitoringSocket : IDisposable
{
    private const string Setting = "METRICS";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream? _lockFile;
    private readonly string? _path;

    private MonitoringSocket(Socket bound, FileStream? lockFile, string? path)
    {
        Bound = bound;
        this._lockFile = lockFile;
        this._path = path;
    }

    /// <summary>The bound socket, to listen on.</summary>
    public Socket Bound { get; }

    public static MonitoringSocket Open(EndPoint endPoint)
    {
        try
        {
            return endPoint is UnixDomainSocketEndPoint ? OpenFile(endPoint.ToString()!) : new MonitoringSocket(Bind(endPoint), null, null);
        }
        catch (Exception ex) when (ex is SocketException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(Setting, $"names {endPoint}, where this process can't listen: {ex.Message}");
        }
    }

    public void Dispose()
    {
        Bound.Dispose();
        if (_path is not null)
        {
            File.Delete(_path);
        }

        _lockFile?.Dispose();
    }

    private static MonitoringSocket OpenFile(string path)
    {
        // Held as long as this process runs: of runners that start together, one gets the socket.
        var hold = PrivateFile.Open(path + ".lock", FileMode.OpenOrCreate, FileShare.None);
        try
        {
            RemoveStale(path);
            return new MonitoringSocket(Bind(new UnixDomainSocketEndPoint(path)), hold, path);
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    private static Socket Bind(EndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, System.Net.Sockets.SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            if (endPoint is UnixDomainSocketEndPoint && OperatingSystem.IsLinux())
            {
                // The file gets the rights that its socket has by then, so that there is no moment with others.
                using var handle = new SafeFileHandle(socket.Handle, ownsHandle: false);
                File.SetUnixFileMode(handle, OwnerOnly);
            }

            socket.Bind(endPoint);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void RemoveStale(string path)
    {
        if (!Path.Exists(path))
        {
            return;
        }

        if (!IsSocket(path))
        {
            throw new IOException("there is something else of that name");
        }

        using var asking = new Socket(AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            asking.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException ex) when (ex.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return;
        }

        throw new IOException("another program listens there");
    }

    private static bool IsSocket(string path) => OperatingSystem.IsLinux() && FileStatus.Of(path)?.Type == FileType.Socket;
}
