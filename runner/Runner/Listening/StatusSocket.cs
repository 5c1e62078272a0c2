using System.Net;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using OrleansHybrid.Runner.Settings;
using OrleansHybrid.Runner.State;

namespace OrleansHybrid.Runner.Listening;

/// <summary>
/// The socket of the status pages. One in the file system is its user's alone; one that a killed runner left is replaced, and one where
/// somebody listens is not.
/// </summary>
internal sealed class StatusSocket : IDisposable
{
    private const string Setting = "METRICS";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream? _hold;
    private readonly string? _path;

    private StatusSocket(Socket bound, FileStream? hold, string? path)
    {
        Bound = bound;
        this._hold = hold;
        this._path = path;
    }

    /// <summary>What to listen on.</summary>
    public Socket Bound { get; }

    public static StatusSocket Open(EndPoint place)
    {
        try
        {
            return place is UnixDomainSocketEndPoint ? OpenFile(place.ToString()!) : new StatusSocket(Bind(place), null, null);
        }
        catch (Exception ex) when (ex is SocketException or IOException or UnauthorizedAccessException)
        {
            throw new BadSettingException(Setting, $"names {place}, where this process can't listen: {ex.Message}");
        }
    }

    public void Dispose()
    {
        Bound.Dispose();
        if (_path is not null)
        {
            File.Delete(_path);
        }

        _hold?.Dispose();
    }

    private static StatusSocket OpenFile(string path)
    {
        // Held as long as this process lives: of runners that start together, one gets the place.
        var hold = PrivateFile.Open(path + ".lock", FileMode.OpenOrCreate, FileShare.None);
        try
        {
            RemoveStale(path);
            return new StatusSocket(Bind(new UnixDomainSocketEndPoint(path)), hold, path);
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    private static Socket Bind(EndPoint place)
    {
        var socket = new Socket(place.AddressFamily, System.Net.Sockets.SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            if (place is UnixDomainSocketEndPoint && OperatingSystem.IsLinux())
            {
                // The file gets the rights that its socket has by then, so that there is no moment with others.
                using var handle = new SafeFileHandle(socket.Handle, ownsHandle: false);
                File.SetUnixFileMode(handle, OwnerOnly);
            }

            socket.Bind(place);
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
