using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace FireAndForget.Cluster.Processes;

/// <summary>Ports of this machine.</summary>
internal static class Ports
{
    /// <summary>One that nobody uses.</summary>
    public static string Free()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Whether somebody listens.</summary>
    public static async Task<bool> IsOpenAsync(string port)
    {
        using TcpClient client = new();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
